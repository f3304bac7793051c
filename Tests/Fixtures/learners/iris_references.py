# References for Tests/LearnersTests by scikit-learn 1.9.1 and NumPy: python3 iris_references.py iris.csv
import sys
import numpy as np
from sklearn.linear_model import Ridge, LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
X=np.loadtxt(sys.argv[1],delimiter=',',skiprows=1); y=X[:,4].astype(int); X=X[:,:4]
r=Ridge(alpha=2.0).fit(X[:,:3],X[:,3]); print('ridge',r.coef_.tolist(),r.intercept_)
m=y>0
l=LogisticRegression(C=1.0,tol=1e-12,max_iter=10000).fit(X[m],y[m]-1); print('log',l.coef_[0].tolist(),l.intercept_[0])
s=LogisticRegression(C=1.0,tol=1e-12,max_iter=10000).fit(X,y); print('soft',s.predict_proba(X[[0,70,100,133]]).round(8).tolist(), s.score(X,y))
Z=(X-X.mean(0))/X.std(0)
for loss in ['hinge','squared_hinge']:
  v=LinearSVC(C=1.0,loss=loss,dual=True,tol=1e-10,max_iter=10000000).fit(Z[m],y[m]-1); print('svm',loss,v.coef_[0].tolist(),v.intercept_[0])
p=PCA(2).fit(X); print('pca',p.explained_variance_.tolist(),p.explained_variance_ratio_.tolist(),p.components_.tolist())
for metric in ['l1','l2']:
  k=KNeighborsClassifier(5,metric=metric).fit(X[::2],y[::2]); print('knn',metric,(k.predict(X[1::2])==y[1::2]).sum())
q=np.linalg.lstsq(np.c_[X[:,2],X[:,2]**2,np.ones(150)],X[:,3],rcond=None)[0]; print('quad',q.tolist())
