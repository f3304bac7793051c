import cv2, numpy as np, zlib, sys
D='/work/shared/data/'
def bad2(d, gt):
    m=gt>0; return 100*np.mean(np.abs(np.where(d>0,d,0)-gt)[m]>2), 100*np.mean((np.abs(d-gt)[m&(d>0)]>2))
gt=cv2.imread(D+'stereo/aloe/aloeGT.png',0).astype(float)
for color in (1,0):
    L=cv2.imread(D+'stereo/aloe/aloeL.jpg',color); R=cv2.imread(D+'stereo/aloe/aloeR.jpg',color)
    print(L.shape, 'crc image rgb', hex(zlib.crc32((L[...,::-1] if color else L).tobytes())))
    c=3 if color else 1
    for mode in range(4):
        for (b,kw) in ((3,{}),(5,dict(uniquenessRatio=10,speckleWindowSize=100,speckleRange=32,preFilterCap=63,disp12MaxDiff=1))):
            args=dict(minDisparity=0,numDisparities=128,blockSize=b,P1=8*c*b*b,P2=32*c*b*b,mode=mode,**kw)
            d=cv2.StereoSGBM_create(**args).compute(L,R)
            f=np.where((d>=0)&(d>0),d/16.0,0)
            print(cv2.__version__,'color' if color else 'grey','mode',mode,'block',b, hex(zlib.crc32(d.tobytes())), 'crcf', hex(zlib.crc32(f.astype('<f4').tobytes())),'bad2 %.3f %.3f'%bad2(f,gt))
a=cv2.imread(D+'images/rubberwhale1.png'); b=cv2.imread(D+'images/rubberwhale2.png')
ga,gb=cv2.cvtColor(a,cv2.COLOR_BGR2GRAY),cv2.cvtColor(b,cv2.COLOR_BGR2GRAY)
for p in range(3):
    f=cv2.DISOpticalFlow_create(p).calc(ga,gb,None); print('dis',p,hex(zlib.crc32(f.tobytes())),f.mean(axis=(0,1)))
f=cv2.calcOpticalFlowFarneback(ga,gb,None,.5,3,15,3,5,1.2,0); print('farneback',hex(zlib.crc32(f.tobytes())),f.mean(axis=(0,1)))
